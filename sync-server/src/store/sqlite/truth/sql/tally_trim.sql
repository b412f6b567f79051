DELETE FROM tallies WHERE door = ?1 AND scanner = ?2 AND gate = ?3 AND label = ?4 AND entries = 0
