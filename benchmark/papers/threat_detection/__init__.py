"""Generative models against rules and signatures in cloud security: claims of an abstract, made testable."""
