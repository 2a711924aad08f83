package io.freehold.sample.objects;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what {@link Compressor} has compressed, as much at a time as is asked for. To
 * be used by one thread, and closed.
 */
public final class InflatedBody implements Compressor.Source, AutoCloseable {

	private final Inflater inflater = new Inflater();

	/**
	 * Creates a body at its beginning.
	 * @param compressed the compressed bytes
	 */
	public InflatedBody(MemorySegment compressed) {
		this.inflater.setInput(compressed.asByteBuffer());
	}

	/**
	 * Inflates some bytes.
	 * @param buffer where to put them; must have room
	 * @return how many, -1 at the end
	 * @throws IllegalStateException if the compressed bytes are damaged
	 */
	@Override
	public int read(ByteBuffer buffer) {
		try {
			while (!this.inflater.finished()) {
				int read = this.inflater.inflate(buffer);
				if (read != 0) {
					return read;
				}
				if (this.inflater.needsInput() && !this.inflater.finished()) {
					throw new IllegalStateException("the compressed bytes end too soon");
				}
			}
			return -1;
		}
		catch (DataFormatException ex) {
			throw new IllegalStateException("the compressed bytes are damaged", ex);
		}
	}

	@Override
	public void close() {
		this.inflater.end();
	}

}
