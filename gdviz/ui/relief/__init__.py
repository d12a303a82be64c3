"""The loss surface in three dimensions, drawn without any help of a graphics card."""
