"""DDMT: a denoising diffusion model with a mask transformer."""
