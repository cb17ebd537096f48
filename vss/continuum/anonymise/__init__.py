"""Videos to anonymised frames, at the edge: no face leaves the site recognisable."""
