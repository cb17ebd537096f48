"""The flow from a camera image to its findings; reads from top to bottom as the frame travels."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import DecodeLimits, decode_image
from deep_learning.image_ops import Letterbox
from deep_learning.runtime import Runtime

from high_level_algorithms.body_pose import BodyPose
from high_level_algorithms.camera_cover import CameraCover
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.head_region import head_region
from high_level_algorithms.identification import Gallery, identify
from high_level_algorithms.landmarks import LandmarkFinder
from high_level_algorithms.pose_decoding import PoseThresholds
from high_level_algorithms.types import (
    Face,
    FaceStatus,
    Findings,
    Floats,
    FrameStatus,
    Identity,
    Image,
    Person,
    Pose,
)


class Stages(Protocol):
    """Watches the stages of a frame: times them, traces them."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Enclose the stage ``name``."""


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """What the deployer may choose; the decision thresholds belong to the networks.

    Attributes:
        decode: limits of the images that are accepted.
        landmark_passes: how often landmarks are searched, each time on the square of the last.
        least_inter_ocular_px: smallest distance of the eyes at which a face is compared.
    """

    decode: DecodeLimits = field(default_factory=DecodeLimits)
    landmark_passes: int = 3
    least_inter_ocular_px: float = 12.0


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """A face with its embedding (float32 [256]), None where its status allows no comparison.

    Lives within the analysis of one frame: embeddings of strangers are never kept.
    """

    face: Face
    embedding: Floats | None = None


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
        self._identification_threshold = identification_threshold
        self._settings = settings

    @classmethod
    def load(cls, runtime: Runtime, catalogue: Catalogue, settings: PipelineSettings) -> Self:
        """Load the four networks of ``catalogue``.

        Raises:
            ModelError: a network is missing, altered or breaks its contract.
        """
        pose = runtime.load(catalogue, Role.BODY_POSE)
        cover = runtime.load(catalogue, Role.CAMERA_COVER)
        embedding = runtime.load(catalogue, Role.FACE_EMBEDDING)
        landmarks = runtime.load(catalogue, Role.FACE_LANDMARKS)
        return cls(
            CameraCover(cover, cover.entry.threshold("covered")),
            BodyPose(
                pose, PoseThresholds(pose.entry.threshold("peak"), pose.entry.threshold("person"))
            ),
            LandmarkFinder(landmarks, settings.landmark_passes),
            FaceEmbedder(embedding),
            embedding.entry.threshold("identified"),
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
        poses, probes = self._probe_all(image, fitted, stages)
        with stages.stage("identification"):
            faces = self._identify(probes, gallery)
        persons = tuple(Person(pose, face) for pose, face in zip(poses, faces, strict=True))
        return Findings(FrameStatus.ANALYSED, cover, persons)

    def embeddings(self, data: bytes, stages: Stages) -> list[Floats]:
        """Return the embeddings (float32 [256]) of all comparable faces of a reference photograph.

        Raises:
            RejectedInput: the image cannot be analysed, ever; the reason is in the error.
        """
        with stages.stage("decode"):
            image = decode_image(data, self._settings.decode)
        _, probes = self._probe_all(image, self._body_pose.fit(image), stages)
        return [probe.embedding for probe in probes if probe.embedding is not None]

    def _probe_all(
        self, image: Image, fitted: Letterbox, stages: Stages
    ) -> tuple[tuple[Pose, ...], list[ProbeFace]]:
        with stages.stage("body_pose"):
            poses = self._body_pose.find(fitted)
        return poses, [self._probe(image, pose, stages) for pose in poses]

    def _probe(self, image: Image, pose: Pose, stages: Stages) -> ProbeFace:
        """Follow one pose to its face and, where the face allows it, to the embedding."""
        with stages.stage("head_region"):
            region = head_region(pose)
        if region is None:
            return ProbeFace(Face(FaceStatus.NOT_VISIBLE))
        with stages.stage("landmarks"):
            landmarks = self._landmarks.find(image, region)
        if landmarks.inter_ocular_px < self._settings.least_inter_ocular_px:
            return ProbeFace(Face(FaceStatus.TOO_SMALL, region, landmarks))
        with stages.stage("embedding"):
            embedding = self._embedder.embed(image, landmarks)
        return ProbeFace(Face(FaceStatus.UNKNOWN, region, landmarks), embedding)

    def _identify(self, probes: list[ProbeFace], gallery: Gallery) -> list[Face]:
        embeddings = [probe.embedding for probe in probes if probe.embedding is not None]
        if not embeddings:
            return [probe.face for probe in probes]
        identities = iter(identify(np.array(embeddings), gallery, self._identification_threshold))
        return [
            probe.face if probe.embedding is None else _named(probe.face, next(identities))
            for probe in probes
        ]


def _named(face: Face, identity: Identity | None) -> Face:
    if identity is None:
        return face
    return replace(face, status=FaceStatus.IDENTIFIED, identity=identity)
