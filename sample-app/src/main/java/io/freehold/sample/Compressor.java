package io.freehold.sample;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.RequestAllocator;

import org.springframework.stereotype.Component;

/**
 * Compresses bodies on their way in and inflates them on their way out, buffer by buffer.
 * All memory is the current request's and comes back when the request is complete.
 */
@Component
class Compressor {

	private static final Layout BUFFER = Layout.ofBytes(16 << 10);

	private static final long SMALLEST_PIECE = 2 << 10;

	private static final long LARGEST_PIECE = 64 << 10;

	private final Allocator allocator;

	Compressor(@RequestAllocator Allocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Reads a body to its end and compresses it.
	 * @param body where to read it
	 * @param maxSize the largest size of a body, in bytes
	 * @return the compressed body, to be used while the request lasts
	 * @throws ObjectException if the body is larger
	 * @throws IOException if reading fails
	 * @throws io.freehold.AllocationException if the request may not have the memory
	 */
	CompressedBody compress(Source body, long maxSize) throws IOException {
		ByteBuffer buffer = this.allocator.allocate(BUFFER).asByteBuffer();
		MessageDigest digest = sha256();
		Pieces pieces = new Pieces();
		long size = 0;
		Deflater deflater = new Deflater();
		try {
			for (int read = body.read(buffer.clear()); read >= 0; read = body.read(buffer.clear())) {
				size += read;
				if (size > maxSize) {
					throw ObjectException.tooLarge(maxSize);
				}
				// containers differ in where they leave position and limit
				ByteBuffer bytes = buffer.slice(0, read);
				digest.update(bytes);
				deflater.setInput(bytes.rewind());
				while (!deflater.needsInput()) {
					pieces.fill(deflater);
				}
			}
			deflater.finish();
			while (!deflater.finished()) {
				pieces.fill(deflater);
			}
			return new CompressedBody(pieces.finish(), deflater.getBytesWritten(), size,
					'"' + HexFormat.of().formatHex(digest.digest()) + '"');
		}
		finally {
			deflater.end();
		}
	}

	/**
	 * Inflates what {@link #compress} has compressed.
	 * @param compressed the compressed bytes
	 * @param sink where to write the body; not called before all memory is at hand
	 * @throws IOException if writing fails
	 * @throws io.freehold.AllocationException if the request may not have the memory
	 */
	void decompress(MemorySegment compressed, Sink sink) throws IOException {
		ByteBuffer buffer = this.allocator.allocate(BUFFER).asByteBuffer();
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(compressed.asByteBuffer());
			while (!inflater.finished()) {
				if (inflater.inflate(buffer.clear()) != 0) {
					sink.write(buffer.flip());
				}
				else if (inflater.needsInput() && !inflater.finished()) {
					throw new IllegalStateException("the compressed bytes end too soon");
				}
			}
		}
		catch (DataFormatException ex) {
			throw new IllegalStateException("the compressed bytes are damaged", ex);
		}
		finally {
			inflater.end();
		}
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Where a body is read, as from {@code ServletInputStream}.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Reads some bytes.
		 * @param buffer where to put them
		 * @return how many, -1 at the end
		 * @throws IOException if reading fails
		 */
		int read(ByteBuffer buffer) throws IOException;

	}

	/**
	 * Where a body is written, as to {@code ServletOutputStream}.
	 */
	@FunctionalInterface
	interface Sink {

		/**
		 * Writes all remaining bytes.
		 * @param buffer where they are
		 * @throws IOException if writing fails
		 */
		void write(ByteBuffer buffer) throws IOException;

	}

	/**
	 * The compressed bytes so far. Each piece is twice as large as the one before, up to
	 * a point: small bodies need little, and large ones few pieces.
	 */
	private final class Pieces {

		private final List<MemorySegment> pieces = new ArrayList<>();

		/** What is free of the last piece. */
		private ByteBuffer rest = ByteBuffer.allocate(0);

		private long nextSize = SMALLEST_PIECE;

		void fill(Deflater deflater) {
			if (!this.rest.hasRemaining()) {
				MemorySegment piece = Compressor.this.allocator.allocate(Layout.ofBytes(this.nextSize));
				this.pieces.add(piece);
				this.rest = piece.asByteBuffer();
				this.nextSize = Math.min(2 * this.nextSize, LARGEST_PIECE);
			}
			deflater.deflate(this.rest);
		}

		/** Returns the pieces, the last one cut to what was filled of it. */
		List<MemorySegment> finish() {
			this.pieces.add(this.pieces.removeLast().asSlice(0, this.rest.position()));
			return List.copyOf(this.pieces);
		}

	}

}
