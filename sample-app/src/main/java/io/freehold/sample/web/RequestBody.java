package io.freehold.sample.web;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.sample.objects.Compressor;
import io.freehold.sample.objects.ObjectException;
import io.freehold.Layout;
import io.freehold.spring.RequestAllocator;

import org.springframework.stereotype.Component;

/**
 * Reads bodies as a whole into the memory of their request, for those who must not wait
 * for a slow client later on, with a lock or a database connection in hand.
 */
@Component
public class RequestBody {

	private static final long SMALLEST = 4 << 10;

	private final Allocator allocator;

	/**
	 * Creates a reader.
	 * @param allocator owns all memory; nothing is freed one by one
	 */
	public RequestBody(@RequestAllocator Allocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Reads a body to its end.
	 * @param body where to read it
	 * @param maxSize the largest size of a body, in bytes
	 * @return the bytes, to be used while the request lasts
	 * @throws ObjectException if the body is larger
	 * @throws IOException if reading fails
	 * @throws io.freehold.AllocationException if the request may not have the memory
	 */
	public MemorySegment read(Compressor.Source body, long maxSize) throws IOException {
		// one more than allowed, to see that there is more
		Layout layout = Layout.ofBytes(Math.min(SMALLEST, maxSize + 1));
		MemorySegment block = this.allocator.allocate(layout);
		long size = 0;
		int read = body.read(block.asByteBuffer());
		while (read >= 0) {
			size += read;
			if (size > maxSize) {
				throw ObjectException.tooLarge(maxSize);
			}
			if (size == layout.size()) {
				Layout larger = Layout.ofBytes(Math.min(2 * size, maxSize + 1));
				// the last block of a region grows in place where there is room
				block = this.allocator.grow(block, layout, larger);
				layout = larger;
			}
			read = body.read(block.asSlice(size).asByteBuffer());
		}
		return block.asSlice(0, size);
	}

}
