# Textos de las entradas.

