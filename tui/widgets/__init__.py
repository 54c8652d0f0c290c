"""Widgets that know no runs: chart, transcript, slider, lists."""
