package io.freehold.sample.web;

import java.util.ArrayList;
import java.util.List;

import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;

/**
 * What the list of objects answers. Sizes are in bytes.
 *
 * @param count the number of objects
 * @param size their size before compression
 * @param storedSize their size off-heap
 * @param compressionRatio how many bytes are stored in one, 1 if there is nothing
 * @param objects the objects, the one used longest ago first, up to the limit asked for
 */
record ObjectListing(int count, long size, long storedSize, double compressionRatio, List<Entry> objects) {

	static ObjectListing of(ObjectStore store, int limit) {
		Totals totals = new Totals();
		List<Entry> objects = new ArrayList<>();
		store.forEach((key, object) -> {
			totals.add(object);
			if (objects.size() < limit) {
				objects.add(Entry.of(key, object));
			}
		});
		return new ObjectListing(totals.count, totals.size, totals.storedSize, ratio(totals.size, totals.storedSize),
				objects);
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

		static Entry of(String key, StoredObject object) {
			return new Entry(key, object.contentType(), object.etag(), object.size(), object.storedSize(),
					ratio(object.size(), object.storedSize()));
		}

	}

	private static final class Totals {

		private int count;

		private long size;

		private long storedSize;

		void add(StoredObject object) {
			this.count++;
			this.size += object.size();
			this.storedSize += object.storedSize();
		}

	}

}
