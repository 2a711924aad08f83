package io.freehold.sample;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

import io.freehold.sample.objects.Compressor.Sink;
import io.freehold.sample.objects.Compressor.Source;

/**
 * Bodies for tests.
 */
public final class Bodies {

	private Bodies() {
	}

	/** Bytes that do not compress. */
	public static byte[] random(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	/** Hands bytes out in pieces of at most some size. */
	public static Source source(byte[] bytes, int atMost) {
		ByteBuffer rest = ByteBuffer.wrap(bytes);
		return (buffer) -> {
			if (!rest.hasRemaining()) {
				return -1;
			}
			int length = Math.min(Math.min(atMost, buffer.remaining()), rest.remaining());
			buffer.put(rest.slice(rest.position(), length));
			rest.position(rest.position() + length);
			return length;
		};
	}

	public static Sink sink(ByteArrayOutputStream target) {
		return (buffer) -> {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.get(bytes);
			target.writeBytes(bytes);
		};
	}

}
