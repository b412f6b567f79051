# Texte für Tickets.

