"""What ``vss calibrate`` does: whom it searches among, what it shows and where it writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
from business_logic.calendar import today
from business_logic.gallery_store import GalleryStore
from business_logic.s3_access import RetryPolicy
from deep_learning.catalogue import CalibratedThreshold, Catalogue, NetworkEntry, Role
from deep_learning.errors import ConfigurationError
from deep_learning.runtime import Runtime
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from rich.console import Console
from rich.text import Text

from vss.calibration.det_plot import draw_det
from vss.calibration.open_set import OpenSet, leave_one_out
from vss.calibration.people import read_people
from vss.calibration.report import Calibration, calibration_report, rates_table
from vss.calibration.stage_settings import write_threshold
from vss.calibration.strangers import read_strangers
from vss.cloud.deployment import Deployment
from vss.references import RefusedPhotograph

_REFUSED_SHOWN = 20
_THRESHOLD, _NETWORK = "VSS_IDENTIFICATION_THRESHOLD", "VSS_IDENTIFICATION_NETWORK"


@dataclass(frozen=True, slots=True)
class CalibrationOptions:
    """What the user asked for.

    Attributes:
        strangers: folder of photographs of people who are not in the gallery.
        wanted_fpir: 0..1.
        catalogue: the networks that are to identify.
        out: folder of report and plot.
        settings: file of the stages' settings, written where wanted.
        stage: whose settings are meant.
        write: whether to write the threshold there.
    """

    strangers: Path
    wanted_fpir: float
    catalogue: Catalogue
    out: Path
    settings: Path
    stage: str
    write: bool

    @property
    def embedding(self) -> NetworkEntry:
        """The network whose scores the threshold is for."""
        return self.catalogue.entry(Role.FACE_EMBEDDING)


class Calibrator:
    """Calibrates with the networks of ``options``; shows results on ``console``.

    Raises:
        ModelError: a network is missing or altered.
    """

    def __init__(self, options: CalibrationOptions, console: Console, messages: Console) -> None:
        self._options, self._console, self._messages = options, console, messages
        threads = len(os.sched_getaffinity(0))
        cv2.setNumThreads(threads)
        self._pipeline = Pipeline.load(Runtime(threads), options.catalogue, PipelineSettings())

    def with_folder(self, folder: Path, present: CalibratedThreshold | None) -> Calibration:
        """Calibrate for the people of a folder; see ``run``."""
        people = read_people(folder, self._pipeline, self._messages)
        self._say_refused(people.refused)
        return self.run(people.gallery, present)

    def with_deployment(self, deployment: Deployment) -> Calibration:
        """Calibrate for the people who are enrolled; see ``run``.

        Raises:
            GalleryError: the index is damaged or of other networks.
            TransientError: it could not be read.
            DeploymentError: the function cannot be read.
        """
        gallery = deployed_gallery(deployment, self._options.embedding, today())
        return self.run(gallery, deployed_threshold(deployment))

    def run(self, gallery: Gallery, present: CalibratedThreshold | None) -> Calibration:
        """Choose a threshold for ``gallery``; show, draw and write what was found.

        Args:
            gallery: the people.
            present: the threshold in use, None for the network's own.

        Raises:
            ConfigurationError: nobody is in the gallery or among the strangers, or these are too
                few for the rate; what is known of the threshold in use is shown before.
            OSError: a file cannot be read or written.
        """
        options = self._options
        strangers = read_strangers(options.strangers, self._pipeline, self._messages)
        self._say_refused(strangers.refused)
        scores = gallery.scores(strangers.embeddings)
        open_set = OpenSet.of(leave_one_out(gallery), scores)
        in_use = self._in_use(present)
        network, day = options.embedding.weights.sha384, today()
        try:
            made = Calibration.of(gallery, open_set, options.wanted_fpir, in_use, network, day)
        except ConfigurationError:
            self._console.print(rates_table([("present", open_set.at(in_use))]))
            raise
        self._console.print(calibration_report(made))
        self._write(made, open_set)
        return made

    def _in_use(self, present: CalibratedThreshold | None) -> float:
        own = self._options.embedding.threshold("identified")
        if present is None:
            return own
        bound = CalibratedThreshold.of(present.score, self._options.embedding.weights.sha384)
        if bound != present:
            line = f"The present threshold is for network {present.network}…, not this one: {own}"
            self._messages.print(Text(line, "yellow"), soft_wrap=True)
            return own
        return present.score

    def _write(self, made: Calibration, open_set: OpenSet) -> None:
        options = self._options
        report = options.out / "calibration.json"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(made.to_json(), "utf-8")
        files = [report]
        if made.chosen.fnir is None:
            line = "No DET plot: nobody in the gallery has two photographs, so there is no FNIR."
            self._messages.print(Text(line, "yellow"), soft_wrap=True)
        else:
            files += draw_det(open_set, made, options.out / "det.png")
        for path in files:
            self._console.print(Text(str(path)), soft_wrap=True)
        if options.write:
            threshold = CalibratedThreshold.of(made.chosen.threshold, made.network_sha384)
            write_threshold(options.settings, options.stage, threshold)
            line = f"{options.settings}: stage {options.stage} has the threshold now; deploy it."
            self._console.print(Text(line), soft_wrap=True)

    def _say_refused(self, refused: tuple[RefusedPhotograph, ...]) -> None:
        for photograph in refused[:_REFUSED_SHOWN]:
            line = Text.assemble(("refused ", "yellow"), f"{photograph.path}: {photograph.reason}")
            self._messages.print(line, soft_wrap=True)
        if len(refused) > _REFUSED_SHOWN:
            self._messages.print(f"… and {len(refused) - _REFUSED_SHOWN} more")


def deployed_gallery(deployment: Deployment, embedding: NetworkEntry, day: date) -> Gallery:
    """Return the people who may be identified on a day.

    Raises:
        GalleryError: the index is damaged or of another network.
        TransientError: it could not be read.
    """
    store = GalleryStore(
        deployment.s3,
        deployment.output("GalleryBucket"),
        deployment.account,
        embedding.weights.sha384,
        RetryPolicy(),
    )
    store.refresh()
    known = store.index.references(day)
    return Gallery(known.person_ids, known.templates, known.first, store.index.version)


def deployed_threshold(deployment: Deployment) -> CalibratedThreshold | None:
    """Return the threshold that the function was given, None where it uses the network's own.

    Raises:
        DeploymentError: the function cannot be read.
    """
    variables = deployment.environment
    if _THRESHOLD not in variables:
        return None
    return CalibratedThreshold(float(variables[_THRESHOLD]), variables[_NETWORK])
