"""The way of one image: from its event to the image with boxes, and to its report.

The report comes last: where it lies, the image does.
"""

from __future__ import annotations

from dataclasses import dataclass

import simplejpeg
from business_logic.events import FrameStored
from business_logic.folder_store import FolderStore
from business_logic.frame_stages import FrameStages
from business_logic.frame_store import FrameStore
from business_logic.log import Log
from business_logic.mask_report import (
    MaskCircumstances,
    MaskFindings,
    build_mask_report,
    result_keys,
)
from business_logic.mask_settings import MaskSettings
from business_logic.record import Json
from business_logic.result_store import encode
from business_logic.telemetry import Telemetry
from deep_learning.decode import decode_image
from deep_learning.errors import RejectedInput
from deep_learning.network_entry import NetworkEntry
from high_level_algorithms.mask_detection import MaskDetector, draw_faces
from high_level_algorithms.mask_rule import judge
from high_level_algorithms.types import FaceSeen, Image

_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Stores:
    """Where images come from and results go, on one client."""

    images: FrameStore
    results: FolderStore


@dataclass(frozen=True, slots=True)
class MaskNetwork:
    """The network: the set it is of, what the manifest says of it, and the detector around it."""

    model_set: str
    entry: NetworkEntry
    detector: MaskDetector


class ImageFlow:
    """Handles images.

    Args:
        settings: the function's.
        network: finds faces.
        stores: of images and results.
        telemetry: traces.
    """

    def __init__(
        self, settings: MaskSettings, network: MaskNetwork, stores: Stores, telemetry: Telemetry
    ) -> None:
        self._settings = settings
        self._network = network
        self._stores = stores
        self._telemetry = telemetry
        self._is_first = True

    def handle(self, image: FrameStored, log: Log) -> None:
        """Analyse an image and write the results; what is no image is passed over.

        Raises:
            TransientError: something could not be read or written this time.
        """
        settings = self._settings
        keys = result_keys(image.key, settings.input_folder, settings.output_folder)
        if keys is None:
            log.info("no image, passed over", key=image.key)
            return
        cold_start, self._is_first = self._is_first, False
        stages = FrameStages(self._telemetry)
        outcome, drawn = self._outcome(image, keys[0], stages)
        circumstances = MaskCircumstances(
            self._network.model_set, self._network.entry, stages.timings_ms, cold_start
        )
        report = build_mask_report(image, outcome, circumstances)
        self._write(keys, drawn, report, log)

    def _outcome(
        self, stored: FrameStored, image_key: str, stages: FrameStages
    ) -> tuple[MaskFindings | RejectedInput, bytes]:
        """Return what was found, and the file of the image with boxes."""
        try:
            with stages.stage("read"):
                content = self._stores.images.read(stored)
            with stages.stage("decode"):
                image = decode_image(content)
            with stages.stage("mask_detection"):
                faces = self._network.detector.find(image)
            with stages.stage("draw"):
                drawn = _drawn(image, faces)
            return MaskFindings(faces, judge(faces), image_key), drawn
        except RejectedInput as error:
            return error, b""

    def _write(self, keys: tuple[str, str], drawn: bytes, report: Json, log: Log) -> None:
        image_key, report_key = keys
        with self._telemetry.subsegment("write results"):
            if drawn:
                self._stores.results.put(image_key, drawn, "image/jpeg")
            self._stores.results.put(report_key, encode(report), "application/json")
        log.info(
            "image handled",
            report=report_key,
            status=report["status"],
            reason=report["reason"],
            state=report["state"],
            masked=report["masked"],
            unmasked=report["unmasked"],
        )


def _drawn(image: Image, faces: tuple[FaceSeen, ...]) -> bytes:
    """Return a JPEG file of the image with boxes."""
    drawn = draw_faces(image, faces)
    return bytes(simplejpeg.encode_jpeg(drawn, quality=_QUALITY, colorspace="BGR"))
