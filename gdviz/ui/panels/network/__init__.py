"""The network panel: units, edges and what goes through them for one example."""
