"""``vss calibrate``: the identification threshold from the deployer's own people and strangers.

:mod:`calibrate` reads as the flow: the gallery is that of a deployment, or of a folder
(:mod:`people`); :mod:`strangers` embeds photographs of people who are not in it; :mod:`open_set`
searches for them and for the gallery's own photographs and chooses the threshold;
:mod:`proportion` says how certain the error rates are, :mod:`report` and :mod:`det_plot` show it;
:mod:`stage_settings` puts the threshold among the settings of a stage.

What the figures mean, and do not:

- FPIR grows with the gallery: calibrate again when people were added.
- Intervals take the searches as independent. Several faces of one stranger are not, nor are
  several photographs of one person: with such, the true interval is wider than the one given.
- Mated probes are photographs made for enrolment. Cameras see people worse, so the FNIR of the
  deployment is higher. Likewise the FPIR is that of strangers as the folder shows them.
- The same photograph twice in the gallery makes two mated searches that cannot fail.
- A search is one face in one image. An alert that waits for several sightings errs less often.
"""
