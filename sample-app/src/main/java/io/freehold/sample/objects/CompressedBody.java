package io.freehold.sample.objects;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A compressed body in pieces, whose memory is that of the compressor's allocator.
 *
 * @param pieces the compressed bytes in order
 * @param storedSize the size of all pieces, in bytes
 * @param size the size before compression, in bytes
 * @param etag a strong entity tag of the bytes before compression, with its quotes
 */
public record CompressedBody(List<MemorySegment> pieces, long storedSize, long size, String etag) {

	/**
	 * Copies the pieces to one block.
	 * @param block the block, of the stored size
	 */
	void copyTo(MemorySegment block) {
		long offset = 0;
		for (MemorySegment piece : this.pieces) {
			MemorySegment.copy(piece, 0, block, offset, piece.byteSize());
			offset += piece.byteSize();
		}
	}

}
