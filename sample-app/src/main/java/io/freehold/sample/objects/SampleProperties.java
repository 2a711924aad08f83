package io.freehold.sample.objects;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of the object cache.
 *
 * @param maxObjectSize Size of the largest object, before compression
 * @param maxObjects Number of objects at most
 */
@ConfigurationProperties("sample")
public record SampleProperties(@DefaultValue("16MB") DataSize maxObjectSize, @DefaultValue("10000") int maxObjects) {

	/** Far enough below what one buffer can hold for bytes that do not compress. */
	private static final DataSize LARGEST = DataSize.ofGigabytes(1);

	/**
	 * Creates the properties.
	 */
	public SampleProperties {
		if (maxObjectSize.isNegative() || maxObjectSize.compareTo(LARGEST) > 0) {
			throw new InvalidConfigurationPropertyValueException("sample.max-object-size", maxObjectSize,
					"It must be between 0B and 1GB.");
		}
		if (maxObjects < 1) {
			throw new InvalidConfigurationPropertyValueException("sample.max-objects", maxObjects,
					"It must be at least 1.");
		}
	}

}
