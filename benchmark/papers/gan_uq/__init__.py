"""GAN-UQ: the generative detector with uncertainty, on the Google cluster trace."""
