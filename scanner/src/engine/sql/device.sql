SELECT device.feed_ref, feed.id AS feed, device.store, device.event, device.gate, device.direction, device.operator
FROM device LEFT JOIN feed ON feed.ref = device.feed_ref
