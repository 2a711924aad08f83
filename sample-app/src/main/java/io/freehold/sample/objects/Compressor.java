package io.freehold.sample.objects;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.RequestAllocator;

import org.springframework.stereotype.Component;

/**
 * Compresses bodies on their way in and inflates them on their way out, buffer by buffer.
 * The bean takes all memory from the current request, which gets it back when it is
 * complete; others are made for the allocators of other scopes.
 */
@Component
public class Compressor {

	private static final Layout BUFFER = Layout.ofBytes(16 << 10);

	private static final long SMALLEST_PIECE = 2 << 10;

	private static final long LARGEST_PIECE = 64 << 10;

	private final Allocator allocator;

	/**
	 * Creates a compressor.
	 * @param allocator owns all memory; nothing is freed one by one
	 */
	public Compressor(@RequestAllocator Allocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Reads a body to its end and compresses it.
	 * @param body where to read it
	 * @param maxSize the largest size of a body, in bytes
	 * @return the compressed body, to be used while the allocator's scope lasts
	 * @throws ObjectException if the body is larger
	 * @throws IOException if reading fails
	 * @throws io.freehold.AllocationException if the scope may not have the memory
	 */
	public CompressedBody compress(Source body, long maxSize) throws IOException {
		return compress(body, maxSize, Deflater.DEFAULT_COMPRESSION);
	}

	/**
	 * Does the same at a level of one's own.
	 * @param body where to read it
	 * @param maxSize the largest size of a body, in bytes
	 * @param level one of the levels of {@link Deflater}
	 * @return the compressed body, to be used while the allocator's scope lasts
	 * @throws ObjectException if the body is larger
	 * @throws IOException if reading fails
	 * @throws io.freehold.AllocationException if the scope may not have the memory
	 */
	public CompressedBody compress(Source body, long maxSize, int level) throws IOException {
		ByteBuffer buffer = this.allocator.allocate(BUFFER).asByteBuffer();
		try (Deflation deflation = new Deflation(level)) {
			for (int read = body.read(buffer.clear()); read >= 0; read = body.read(buffer.clear())) {
				if (deflation.size() + read > maxSize) {
					throw ObjectException.tooLarge(maxSize);
				}
				// containers differ in where they leave position and limit
				deflation.add(buffer.slice(0, read));
			}
			return deflation.finish();
		}
	}

	/**
	 * Compresses a body that is in memory already.
	 * @param body the body
	 * @return the compressed body, to be used while the allocator's scope lasts
	 * @throws io.freehold.AllocationException if the scope may not have the memory
	 */
	public CompressedBody compress(MemorySegment body) {
		try (Deflation deflation = new Deflation(Deflater.DEFAULT_COMPRESSION)) {
			deflation.add(body.asByteBuffer());
			return deflation.finish();
		}
	}

	/**
	 * Inflates what {@link #compress} has compressed.
	 * @param compressed the compressed bytes
	 * @param sink where to write the body; not called before all memory is at hand
	 * @throws IOException if writing fails
	 * @throws io.freehold.AllocationException if the scope may not have the memory
	 */
	public void decompress(MemorySegment compressed, Sink sink) throws IOException {
		ByteBuffer buffer = this.allocator.allocate(BUFFER).asByteBuffer();
		try (InflatedBody body = new InflatedBody(compressed)) {
			while (body.read(buffer.clear()) >= 0) {
				sink.write(buffer.flip());
			}
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
	public interface Source {

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
	public interface Sink {

		/**
		 * Writes all remaining bytes.
		 * @param buffer where they are
		 * @throws IOException if writing fails
		 */
		void write(ByteBuffer buffer) throws IOException;

	}

	/**
	 * A body that is being compressed. Each piece is twice as large as the one before, up
	 * to a point: small bodies need little, and large ones few pieces.
	 */
	private final class Deflation implements AutoCloseable {

		private final MessageDigest digest = sha256();

		private final List<MemorySegment> pieces = new ArrayList<>();

		private final Deflater deflater;

		/** What is free of the last piece. */
		private ByteBuffer rest = ByteBuffer.allocate(0);

		private long nextSize = SMALLEST_PIECE;

		Deflation(int level) {
			this.deflater = new Deflater(level);
		}

		/** Returns the bytes added so far. */
		long size() {
			return this.deflater.getBytesRead();
		}

		void add(ByteBuffer bytes) {
			this.digest.update(bytes);
			this.deflater.setInput(bytes.rewind());
			while (!this.deflater.needsInput()) {
				fill();
			}
		}

		CompressedBody finish() {
			this.deflater.finish();
			while (!this.deflater.finished()) {
				fill();
			}
			MemorySegment last = this.pieces.removeLast();
			this.pieces.add(Compressor.this.allocator.shrink(last, Layout.ofBytes(last.byteSize()),
					Layout.ofBytes(this.rest.position())));
			return new CompressedBody(List.copyOf(this.pieces), this.deflater.getBytesWritten(), size(),
					'"' + HexFormat.of().formatHex(this.digest.digest()) + '"');
		}

		private void fill() {
			if (!this.rest.hasRemaining()) {
				MemorySegment piece = Compressor.this.allocator.allocate(Layout.ofBytes(this.nextSize));
				this.pieces.add(piece);
				this.rest = piece.asByteBuffer();
				this.nextSize = Math.min(2 * this.nextSize, LARGEST_PIECE);
			}
			this.deflater.deflate(this.rest);
		}

		@Override
		public void close() {
			this.deflater.end();
		}

	}

}
