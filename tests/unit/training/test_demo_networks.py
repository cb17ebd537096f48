from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is installed only where networks are trained")


def test_pose_network_gives_the_maps_of_the_contract() -> None:
    from model_assets.training.pose_network import PoseNetwork

    with torch.no_grad():
        fields, heatmaps = PoseNetwork().eval()(torch.full((1, 3, 256, 456), 128.0))
    assert fields.shape == (1, 38, 32, 57)
    assert heatmaps.shape == (1, 19, 32, 57)


def test_landmarks_lie_in_the_crop() -> None:
    from model_assets.training.landmark_network import LandmarkNetwork

    with torch.no_grad():
        points = LandmarkNetwork().eval()(torch.rand(2, 3, 48, 48) * 255)
    assert points.shape == (2, 10, 1, 1)
    assert points.min() >= 0
    assert points.max() <= 1


def test_margin_makes_telling_identities_apart_harder() -> None:
    from model_assets.training.embedding_network import margin_loss

    cosines = torch.tensor([[0.9, 0.1], [0.2, 0.8]])
    identity = torch.tensor([0, 1])
    losses = [margin_loss(cosines, identity, progress) for progress in (0.0, 0.15, 0.3, 1.0)]
    assert losses[0] < losses[1] < losses[2]
    assert losses[2] == losses[3]


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_exported_network_is_the_same_and_named_as_told(tmp_path: Path) -> None:
    import openvino

    from model_assets.training.embedding_network import EmbeddingNetwork
    from model_assets.training.export_ir import export
    from model_assets.training.manifest_entry import FACE_EMBEDDING

    torch.manual_seed(1)
    network = EmbeddingNetwork().eval()
    face = torch.rand(1, 3, 128, 128) * 255
    with torch.no_grad():
        expected = network(face)
    folders = [tmp_path / name for name in ("first", "again")]
    for folder in folders:
        size = export(network, (1, 3, 128, 128), FACE_EMBEDDING, folder)
        assert size < 2_100_000
    paths = [FACE_EMBEDDING.path(folder) for folder in folders]
    for suffix in (".xml", ".bin"):
        first, again = (path.with_suffix(suffix).read_bytes() for path in paths)
        assert first == again
    compiled = openvino.Core().compile_model(paths[0], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = torch.from_numpy(compiled({"data": face.numpy()})["embedding"])
    assert found.shape == (1, 256, 1, 1)
    assert torch.cosine_similarity(found, expected).min() > 0.999


def test_training_learns_and_repeats_itself() -> None:
    from io import StringIO

    from rich.console import Console
    from torch import nn

    from model_assets.training.training_run import Settings, Task, fit, make_deterministic

    def train(seed: int) -> tuple[float, float]:
        make_deterministic(seed)
        network = nn.Linear(4, 1)

        def batch(rng: np.random.Generator) -> torch.Tensor:
            return torch.from_numpy(rng.random((32, 4), np.float32))

        def loss(model: nn.Module, values: torch.Tensor, progress: float) -> dict:
            return {"squared": (model(values)[:, 0] - values.sum(1)).square().mean()}

        def score(model: nn.Module) -> dict[str, float]:
            with torch.no_grad():
                return {
                    "error": float(loss(model, batch(np.random.default_rng(10)), 1.0)["squared"])
                }

        settings = Settings(seed, samples=32 * 1200, batch=32, learning_rate=0.05, minutes=None)
        before = score(network)["error"]
        task = Task(batch, loss, score)
        _, report = fit(network, task, settings, Console(file=StringIO()))
        assert report["samples"] == settings.samples
        return before, report["validation"]["error"]

    (before, after), (_, again) = train(1), train(1)
    assert after < 0.02 * before
    assert after == again


def test_rate_rises_to_its_peak_and_falls_to_almost_nothing() -> None:
    from model_assets.training.training_run import rate

    rates = [rate(step / 100) for step in range(101)]
    peak = rates.index(max(rates))
    assert rates[peak] == pytest.approx(1)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] < 0.01
