package io.freehold.sample.recompression;

import java.io.IOException;
import java.util.Map;
import java.util.zip.Deflater;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.sample.objects.CompressedBody;
import io.freehold.sample.objects.Compressor;
import io.freehold.sample.objects.InflatedBody;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.StoredObject;
import io.freehold.spring.ThreadAllocator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Compresses objects that nobody has used for a while once more, as well as it can be
 * done: one object in each run of the scheduled task, whose memory ends with it.
 */
@Component
class Recompression {

	private static final Log logger = LogFactory.getLog(Recompression.class);

	private final ObjectStore store;

	private final Compressor compressor;

	private final RecompressionProperties properties;

	private final Counter saved;

	Recompression(ObjectStore store, @ThreadAllocator Allocator allocator, RecompressionProperties properties,
			MeterRegistry meters) {
		this.store = store;
		this.compressor = new Compressor(allocator);
		this.properties = properties;
		this.saved = Counter.builder("sample.recompression.saved")
			.description("Bytes saved by compressing objects once more")
			.baseUnit("bytes")
			.register(meters);
	}

	@Scheduled(fixedDelayString = "${sample.recompression.interval}")
	void run() throws IOException {
		Map.Entry<String, StoredObject> idle = this.store.findIdle(this.properties.unused());
		if (idle == null) {
			return;
		}
		try (StoredObject object = idle.getValue()) {
			// whatever comes of it: what did not work once is not tried again and again
			object.settle();
			recompress(idle.getKey(), object);
		}
		catch (AllocationException ex) {
			logger.debug("Not recompressed: '" + idle.getKey() + "'", ex);
		}
	}

	private void recompress(String key, StoredObject object) throws IOException {
		try (InflatedBody body = new InflatedBody(object.bytes())) {
			CompressedBody best = this.compressor.compress(body, object.size(), Deflater.BEST_COMPRESSION);
			long saved = object.storedSize() - best.storedSize();
			if (saved > 0 && this.store.recompress(key, object, best)) {
				this.saved.increment((double) saved);
			}
		}
	}

}
