"""Runs: scenes, memory and time. No screen, no Qt."""

PANELS = ("surface", "curves", "gradients", "data", "loss", "bars", "arithmetic",
          "network", "compare", "sweep", "curvature", "race", "racers", "noise",
          "variance", "noise_scale", "samples", "scene")  # fmt: skip
MOST_NUMBERS = 2**22  # 32 MiB: what is kept or shown of any one thing at most
