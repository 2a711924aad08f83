package io.freehold.sample.queries;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.sample.objects.InflatedBody;
import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;
import io.freehold.spring.ThreadAllocator;

import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

/**
 * Computes checksums of objects on threads of the application's executor, with a buffer
 * that lasts as long as the task.
 */
@Service
class Checksums {

	private static final Layout BUFFER = Layout.ofBytes(16 << 10);

	private final ObjectStore store;

	private final Allocator allocator;

	Checksums(ObjectStore store, @ThreadAllocator Allocator allocator) {
		this.store = store;
		this.allocator = allocator;
	}

	/**
	 * Computes the checksums of an object.
	 * @param key its key
	 * @return the checksums, or an exception if there is no such object or no memory
	 */
	@Async
	public CompletableFuture<Sums> of(String key) {
		try (StoredObject object = this.store.find(key)) {
			return (object != null) ? CompletableFuture.completedFuture(sums(object))
					: CompletableFuture.failedFuture(ObjectException.notFound(key));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private Sums sums(StoredObject object) {
		ByteBuffer buffer = this.allocator.allocate(BUFFER).asByteBuffer();
		CRC32C crc = new CRC32C();
		MessageDigest digest = sha512();
		try (InflatedBody body = new InflatedBody(object.bytes())) {
			while (body.read(buffer.clear()) >= 0) {
				crc.update(buffer.flip());
				digest.update(buffer.rewind());
			}
		}
		HexFormat hex = HexFormat.of();
		return new Sums(object.size(), hex.toHexDigits((int) crc.getValue()), hex.formatHex(digest.digest()));
	}

	private static MessageDigest sha512() {
		try {
			return MessageDigest.getInstance("SHA-512");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-512", ex);
		}
	}

	/**
	 * Checksums of an object.
	 *
	 * @param size its size, in bytes
	 * @param crc32c the CRC-32C, in hexadecimal digits
	 * @param sha512 the SHA-512, in hexadecimal digits
	 */
	record Sums(long size, String crc32c, String sha512) {

	}

}
