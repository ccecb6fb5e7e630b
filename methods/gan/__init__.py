"""The detector `gan`: a bidirectional generative adversarial network."""
