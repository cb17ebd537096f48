"""The mask function: from an anonymised image to who wears a mask on it, drawn and counted."""
