package io.freehold.sample.queries;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.InflatedBody;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;
import io.freehold.spring.RequestAllocator;

import org.springframework.stereotype.Service;

/**
 * Finds the objects that contain some bytes. Each is inflated through one buffer of the
 * request, whose end is carried over to its beginning, lest what lies across be missed.
 */
@Service
class Search {

	private static final int BUFFER_SIZE = 16 << 10;

	private final ObjectStore store;

	private final Allocator allocator;

	Search(ObjectStore store, @RequestAllocator Allocator allocator) {
		this.store = store;
		this.allocator = allocator;
	}

	/**
	 * Finds objects.
	 * @param wanted the bytes to find, not empty
	 * @param limit how many objects to return at most
	 * @return where the bytes were found first in each object
	 * @throws io.freehold.AllocationException if the request may not have the memory
	 */
	List<Hit> find(byte[] wanted, int limit) throws IOException {
		MemorySegment needle = MemorySegment.ofArray(wanted);
		MemorySegment buffer = this.allocator.allocate(Layout.ofBytes(BUFFER_SIZE + wanted.length));
		List<Hit> hits = new ArrayList<>();
		this.store.read((key, object) -> {
			long offset = (hits.size() < limit) ? offset(object, needle, buffer) : -1;
			if (offset >= 0) {
				hits.add(new Hit(key, offset));
			}
		});
		return hits;
	}

	private static long offset(StoredObject object, MemorySegment wanted, MemorySegment buffer) {
		try (InflatedBody body = new InflatedBody(object.bytes())) {
			long before = 0;
			int filled = 0;
			int read = body.read(rest(buffer, filled));
			while (read >= 0) {
				filled += read;
				int found = indexOf(buffer.asSlice(0, filled), wanted);
				if (found >= 0) {
					return before + found;
				}
				int kept = (int) Math.min(wanted.byteSize() - 1, filled);
				MemorySegment.copy(buffer, filled - kept, buffer, 0, kept);
				before += filled - kept;
				filled = kept;
				read = body.read(rest(buffer, filled));
			}
			return -1;
		}
	}

	private static ByteBuffer rest(MemorySegment buffer, int filled) {
		return buffer.asSlice(filled).asByteBuffer();
	}

	private static int indexOf(MemorySegment bytes, MemorySegment wanted) {
		byte first = wanted.get(ValueLayout.JAVA_BYTE, 0);
		long length = wanted.byteSize();
		for (int i = 0; i + length <= bytes.byteSize(); i++) {
			if (bytes.get(ValueLayout.JAVA_BYTE, i) == first
					&& MemorySegment.mismatch(bytes, i, i + length, wanted, 0, length) < 0) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Where the bytes were found.
	 *
	 * @param key the key of the object
	 * @param offset where they begin in it
	 */
	record Hit(String key, long offset) {

	}

}
