"""The screen: widgets, a clock and one worker thread. No mathematics."""
