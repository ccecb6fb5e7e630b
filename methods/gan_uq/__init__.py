"""GAN-UQ: a generative adversarial detector with an estimate of its uncertainty."""
