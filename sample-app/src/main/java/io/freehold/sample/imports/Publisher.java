package io.freehold.sample.imports;

import io.freehold.sample.imports.Staging.StagedObject;
import io.freehold.sample.objects.ObjectException;
import io.freehold.sample.objects.ObjectStore;
import io.freehold.sample.objects.Precondition;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Publishes the objects of an import when it is committed, from the memory of the
 * transaction, which lasts that long. The store is a cache and may have no room for some:
 * they are as good as evicted.
 */
@Component
class Publisher {

	private static final Log logger = LogFactory.getLog(Publisher.class);

	private final ObjectStore store;

	Publisher(ObjectStore store) {
		this.store = store;
	}

	@TransactionalEventListener
	void publish(Staging staging) {
		for (StagedObject object : staging.objects()) {
			try {
				this.store.put(object.description(), object.body(), Precondition.NONE);
				staging.countPublished();
			}
			catch (ObjectException ex) {
				logger.debug("Not published: " + object.description(), ex);
			}
		}
	}

}
