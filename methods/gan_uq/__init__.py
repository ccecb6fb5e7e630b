"""GAN-UQ: a generative adversarial model with uncertainty."""
