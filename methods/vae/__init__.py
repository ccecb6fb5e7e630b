"""The detector `vae`: a variational autoencoder of typed columns."""
