"""The study: what the deployed function costs in time, memory and money, by measurement."""
