# Texte für Scanner und das Protokoll der Verwaltung.

