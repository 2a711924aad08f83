package io.freehold.sample.feed;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties of the feed of changes.
 *
 * @param heartbeat How long a connection is silent at most, which is also how long it
 * takes to see that a client has gone
 * @param timeout How long a client is served before it has to connect again, which
 * browsers do by themselves
 * @param backlog Bytes of changes that wait to be sent to one client at most
 * @param maxWait How long a client may wait for an object
 */
@ConfigurationProperties("sample.feed")
record FeedProperties(@DefaultValue("15s") Duration heartbeat, @DefaultValue("2m") Duration timeout,
		@DefaultValue("16KB") DataSize backlog, @DefaultValue("30s") Duration maxWait) {

}
