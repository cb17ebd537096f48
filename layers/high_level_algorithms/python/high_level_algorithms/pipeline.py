"""The flow from a camera image to its findings; reads from top to bottom as the frame travels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, Self

import numpy as np
from deep_learning.calibrated_threshold import threshold_for
from deep_learning.catalogue import CalibratedThreshold, Catalogue, Role
from deep_learning.decode import DEFAULT_LIMITS, DecodeLimits, decode_image
from deep_learning.errors import ConfigurationError
from deep_learning.runtime import Runtime

from high_level_algorithms.body_pose import BodyPose, thresholds_of
from high_level_algorithms.camera_cover import CameraCover
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.head_region import head_region
from high_level_algorithms.identification import Gallery, identify
from high_level_algorithms.landmarks import LandmarkFinder
from high_level_algorithms.types import (
    Face,
    FaceStatus,
    Findings,
    Floats,
    FrameStatus,
    Identity,
    Image,
    Landmarks,
    Person,
    Pose,
    Square,
)

_LOADERS = 2


class Stages(Protocol):
    """Watches the stages of a frame: times them, traces them."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Enclose the stage ``name``."""


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """What the deployer may choose; the other decision thresholds belong to the networks.

    Attributes:
        decode: limits of the images that are accepted.
        landmark_passes: how often landmarks are searched, each time on the square of the last;
            1 to 9.
        least_inter_ocular_px: smallest distance of the eyes at which a face is compared; at
            least 1.
        calibrated: the threshold of identification, None for the embedding network's own.

    Raises:
        ConfigurationError: a value is out of range.
    """

    decode: DecodeLimits = DEFAULT_LIMITS
    landmark_passes: int = 2
    least_inter_ocular_px: float = 12.0
    calibrated: CalibratedThreshold | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.landmark_passes <= 9:
            raise ConfigurationError(
                f"landmark_passes is {self.landmark_passes}; allowed are 1 to 9"
            )
        if not self.least_inter_ocular_px >= 1:
            raise ConfigurationError(
                f"least_inter_ocular_px is {self.least_inter_ocular_px}; allowed are 1 and more"
            )


class Pipeline:
    """Analyses frames with the four networks."""

    def __init__(
        self,
        camera_cover: CameraCover,
        body_pose: BodyPose,
        landmarks: LandmarkFinder,
        embedder: FaceEmbedder,
        identification_threshold: float,
        settings: PipelineSettings,
    ) -> None:
        self._camera_cover = camera_cover
        self._body_pose = body_pose
        self._landmarks = landmarks
        self._embedder = embedder
        self.identification_threshold = identification_threshold
        self._settings = settings

    @classmethod
    def load(cls, runtime: Runtime, catalogue: Catalogue, settings: PipelineSettings) -> Self:
        """Load the four networks of ``catalogue``.

        Raises:
            ModelError: a network is missing, altered or breaks its contract.
            ConfigurationError: the threshold was calibrated for another network.
        """
        threshold = threshold_for(catalogue.entry(Role.FACE_EMBEDDING), settings.calibrated)
        # The smallest first: with its blob it turns out whether this processor's are here. The rest
        # on two threads: above one vCPU that saves two fifths of the time, below it costs nothing.
        cover = runtime.load(catalogue, Role.CAMERA_COVER)
        rest = (Role.BODY_POSE, Role.FACE_EMBEDDING, Role.FACE_LANDMARKS)
        with ThreadPoolExecutor(_LOADERS, "loader") as pool:
            pose, embedding, landmarks = pool.map(partial(runtime.load, catalogue), rest)
        return cls(
            CameraCover(cover, cover.entry.threshold("covered")),
            BodyPose(pose, thresholds_of(pose.entry)),
            LandmarkFinder(landmarks, settings.landmark_passes),
            FaceEmbedder(embedding),
            threshold,
            settings,
        )

    def analyse(self, data: bytes, gallery: Gallery, stages: Stages) -> Findings:
        """Analyse one encoded image.

        Raises:
            RejectedInput: the image cannot be analysed, ever; the reason is in the error.
        """
        with stages.stage("decode"):
            image = decode_image(data, self._settings.decode)
        with stages.stage("fit"):
            fitted = self._body_pose.fit(image)
        with stages.stage("camera_cover"):
            cover = self._camera_cover.judge(fitted.content)
        if cover.covered:
            return Findings(FrameStatus.COVERED, cover, ())
        with stages.stage("body_pose"):
            poses = self._body_pose.find(fitted)
        faces = self._find_faces(image, poses, stages)
        embeddings = self._embed(image, faces, stages)
        with stages.stage("identification"):
            identities = identify(embeddings, gallery, self.identification_threshold)
        persons = map(Person, poses, _named(faces, identities))
        return Findings(FrameStatus.ANALYSED, cover, tuple(persons))

    def embeddings(self, data: bytes, stages: Stages) -> Floats:
        """Return the embeddings, [faces, 256], of all comparable faces of a reference photograph.

        Raises:
            RejectedInput: the image cannot be analysed, ever; the reason is in the error.
        """
        image, people = self.photographed(data, stages)
        return self._embed(image, [person.face for person in people], stages)

    def photographed(self, data: bytes, stages: Stages) -> tuple[Image, tuple[Person, ...]]:
        """Return a photograph, decoded, and the people on it; nobody is compared.

        Raises:
            RejectedInput: the image cannot be analysed, ever; the reason is in the error.
        """
        with stages.stage("decode"):
            image = decode_image(data, self._settings.decode)
        with stages.stage("body_pose"):
            poses = self._body_pose.find(self._body_pose.fit(image))
        return image, tuple(map(Person, poses, self._find_faces(image, poses, stages)))

    def template(self, image: Image, landmarks: Landmarks, stages: Stages) -> Floats:
        """Return the embedding of one face, float32 [256] of unit length, however small it is."""
        with stages.stage("embedding"):
            return self._embedder.embed(image, landmarks)

    def _find_faces(self, image: Image, poses: Sequence[Pose], stages: Stages) -> list[Face]:
        """Follow each pose to its face; a face that can be compared is unknown as yet."""
        with stages.stage("head_region"):
            regions = [head_region(pose) for pose in poses]
        with stages.stage("landmarks"):
            return [self._find_face(image, region) for region in regions]

    def _find_face(self, image: Image, region: Square | None) -> Face:
        if region is None:
            return Face(FaceStatus.NOT_VISIBLE)
        landmarks = self._landmarks.find(image, region)
        large_enough = landmarks.inter_ocular_px >= self._settings.least_inter_ocular_px
        status = FaceStatus.UNKNOWN if large_enough else FaceStatus.TOO_SMALL
        return Face(status, region, landmarks)

    def _embed(self, image: Image, faces: list[Face], stages: Stages) -> Floats:
        """Embed the faces that can be compared, one after the other: the weights stay in cache."""
        with stages.stage("embedding"):
            embeddings = [
                self._embedder.embed(image, face.landmarks)
                for face in faces
                if face.status is FaceStatus.UNKNOWN and face.landmarks is not None
            ]
            return np.array(embeddings, np.float32)


def _named(faces: list[Face], identities: Iterable[Identity | None]) -> Iterator[Face]:
    """Put the identities, one for each unknown face, into the faces."""
    remaining = iter(identities)
    for face in faces:
        identity = next(remaining) if face.status is FaceStatus.UNKNOWN else None
        if identity is None:
            yield face
        else:
            yield replace(face, status=FaceStatus.IDENTIFIED, identity=identity)
