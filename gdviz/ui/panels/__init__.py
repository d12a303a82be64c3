"""The panels around the plots: scene, transport, footer, dialogs."""
