package io.freehold.sample;

import java.util.List;
import java.util.Map;

/**
 * What the list of objects answers. Sizes are in bytes.
 *
 * @param count the number of objects
 * @param size their size before compression
 * @param storedSize their size off-heap
 * @param compressionRatio how many bytes are stored in one, 1 if there is nothing
 * @param objects the objects, the one used longest ago first
 */
record ObjectListing(int count, long size, long storedSize, double compressionRatio, List<Entry> objects) {

	static ObjectListing of(ObjectStore store) {
		List<Entry> objects = store.list(Entry::of);
		long size = objects.stream().mapToLong(Entry::size).sum();
		long storedSize = objects.stream().mapToLong(Entry::storedSize).sum();
		return new ObjectListing(objects.size(), size, storedSize, ratio(size, storedSize), objects);
	}

	private static double ratio(long size, long storedSize) {
		return (storedSize != 0) ? Math.round(100.0 * size / storedSize) / 100.0 : 1;
	}

	/**
	 * An object.
	 *
	 * @param key its key
	 * @param contentType its content type
	 * @param etag its entity tag
	 * @param size its size before compression
	 * @param storedSize its size off-heap
	 * @param compressionRatio how many bytes are stored in one
	 */
	record Entry(String key, String contentType, String etag, long size, long storedSize, double compressionRatio) {

		static Entry of(Map.Entry<String, StoredObject> entry) {
			StoredObject object = entry.getValue();
			return new Entry(entry.getKey(), object.contentType(), object.etag(), object.size(), object.storedSize(),
					ratio(object.size(), object.storedSize()));
		}

	}

}
