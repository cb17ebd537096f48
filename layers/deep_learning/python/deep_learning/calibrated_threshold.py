"""A threshold of identification that the deployer has chosen, bound to one network.

Comparison scores of two networks have different distributions: a threshold for the one names
strangers, or nobody, with the other. So a threshold never comes without the network it is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from deep_learning.errors import ConfigurationError
from deep_learning.network_entry import NetworkEntry

NETWORK_DIGITS = 16


@dataclass(frozen=True, slots=True)
class CalibratedThreshold:
    """A threshold of ``vss calibrate``.

    Attributes:
        score: the least comparison score (cosine) of an identification, above 0 and below 1.
        network: the first ``NETWORK_DIGITS`` hexadecimal digits of the SHA-384 of the weights of
            the embedding network.
    """

    score: float
    network: str

    @classmethod
    def of(cls, score: float, network_sha384: str) -> Self:
        """Bind a score to the network of a whole hash."""
        return cls(score, network_sha384[:NETWORK_DIGITS])

    def check(self, embedding: NetworkEntry) -> None:
        """Raise ConfigurationError unless the threshold is for this network."""
        found = embedding.weights.sha384[:NETWORK_DIGITS]
        if found != self.network:
            raise ConfigurationError(
                f"identification_threshold {self.score:g} was calibrated for network "
                f"{self.network}…, but {embedding.name} is {found}…: `vss calibrate` again, or "
                "take identification_threshold and identification_network out of the settings"
            )


def threshold_for(embedding: NetworkEntry, calibrated: CalibratedThreshold | None) -> float:
    """Return the least comparison score of an identification; the network's own without another.

    Raises:
        ConfigurationError: the calibrated one is for another network.
    """
    if calibrated is None:
        return embedding.threshold("identified")
    calibrated.check(embedding)
    return calibrated.score
