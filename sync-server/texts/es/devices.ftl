# Textos de los escáneres y del registro de actos.

