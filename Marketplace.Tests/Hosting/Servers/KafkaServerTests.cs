using System.Globalization;
using CliWrap;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Marketplace.Hosting.Processes;
using Marketplace.Hosting.Servers;
using Marketplace.Hosting.Servers.Kafka;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Marketplace.Tests.Hosting.Servers;

public sealed class KafkaServerTests
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public enum Implementation
    {
        Apache,
        Embedded,
    }

    [Theory]
    [InlineData(Implementation.Apache)]
    [InlineData(Implementation.Embedded)]
    public async Task Has_the_models_topics_from_the_start(Implementation implementation)
    {
        await using var server = await StartAsync(implementation, "twelve:12, one:1");

        var topics = ReadTopics(server);
        Assert.Equal(12, topics["twelve"]);
        Assert.Equal(1, topics["one"]);
    }

    [Theory]
    [InlineData(Implementation.Apache)]
    [InlineData(Implementation.Embedded)]
    public async Task A_group_consumes_commits_and_continues_where_it_was(Implementation implementation)
    {
        await using var server = await StartAsync(implementation, "topic:3");
        await ProduceAsync(server, "topic", "a", "b", "c");

        using (var first = Join(server, "group"))
        {
            first.Consumer.Subscribe("topic");
            var consumed = Consume(first.Consumer, 3);
            Assert.Equal(["a", "b", "c"], consumed.Select(message => message.Message.Value).Order());
            first.Consumer.Commit();
        }

        await ProduceAsync(server, "topic", "d");
        using var second = Join(server, "group");
        second.Consumer.Subscribe("topic");
        Assert.Equal("d", Assert.Single(Consume(second.Consumer, 1)).Message.Value);
    }

    [Theory]
    [InlineData(Implementation.Apache, GroupProtocol.Classic)]
    [InlineData(Implementation.Apache, GroupProtocol.Consumer)]
    [InlineData(Implementation.Embedded, GroupProtocol.Classic)]
    [InlineData(Implementation.Embedded, GroupProtocol.Consumer)]
    public async Task Two_members_of_a_group_share_its_partitions(Implementation implementation, GroupProtocol protocol)
    {
        await using var server = await StartAsync(implementation, "topic:4");
        using var first = Join(server, "group", protocol);
        using var second = Join(server, "group", protocol);
        first.Consumer.Subscribe("topic");
        second.Consumer.Subscribe("topic");

        await WaitUntilAsync(() =>
        {
            first.Consumer.Consume(TimeSpan.FromMilliseconds(20));
            second.Consumer.Consume(TimeSpan.FromMilliseconds(20));
            return first.Consumer.Assignment.Count == 2 && second.Consumer.Assignment.Count == 2;
        });
    }

    [Theory]
    [InlineData(Implementation.Apache)]
    [InlineData(Implementation.Embedded)]
    public async Task A_consumer_may_take_a_partition_without_a_group(Implementation implementation)
    {
        await using var server = await StartAsync(implementation, "replies:12");
        using var consumer = Join(server, "unused");
        consumer.Consumer.Assign(new TopicPartitionOffset("replies", 7, Offset.Beginning));
        using var producer = CreateProducer(server);

        var sent = await producer.ProduceAsync(new TopicPartition("replies", 7), Message("answer"), Cancellation);

        var received = Assert.Single(Consume(consumer.Consumer, 1));
        Assert.Equal("answer", received.Message.Value);
        Assert.Equal(sent.TopicPartitionOffset, received.TopicPartitionOffset);
        Assert.Equal("value", System.Text.Encoding.UTF8.GetString(received.Message.Headers.GetLastBytes("header")));
    }

    [Fact]
    public async Task Apache_keeps_messages_and_offsets_over_a_kill()
    {
        await using var server = await StartAsync(Implementation.Apache, "topic:1");
        await ProduceAsync(server, "topic", [.. Enumerable.Range(0, 100).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        using (var consumer = Join(server, "group"))
        {
            consumer.Consumer.Subscribe("topic");
            Consume(consumer.Consumer, 40);
            consumer.Consumer.Commit();
        }

        await server.KillAndRestartAsync();

        using var again = Join(server, "group");
        again.Consumer.Subscribe("topic");
        Assert.Equal("40", Consume(again.Consumer, 60)[0].Message.Value);
        Assert.Single(server.Progress, line => line.StartsWith("Formatting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apache_adds_partitions_when_the_model_asks_for_more()
    {
        await using var server = await StartAsync(Implementation.Apache, "topic:1");
        server.Context = server.Context with { Topics = KafkaTopics.Parse("topic:3,new:2") };

        await server.KillAndRestartAsync();

        await WaitUntilAsync(() => ReadTopics(server) is var topics && topics.GetValueOrDefault("topic") == 3 && topics.GetValueOrDefault("new") == 2);
    }

    [Fact]
    public async Task Embedded_comes_back_empty_on_the_same_port_and_clients_find_it()
    {
        await using var server = await StartAsync(Implementation.Embedded, "topic:1");
        using var producer = CreateProducer(server);
        await producer.ProduceAsync("topic", Message("before"), Cancellation);
        using var consumer = Join(server, "group");
        consumer.Consumer.Subscribe("topic");
        Consume(consumer.Consumer, 1);

        await server.KillAndRestartAsync();
        await producer.ProduceAsync("topic", Message("after"), Cancellation).WaitAsync(TimeLimit, Cancellation);

        using var fresh = Join(server, "another");
        fresh.Consumer.Subscribe("topic");
        Assert.Equal("after", Assert.Single(Consume(fresh.Consumer, 1)).Message.Value);
    }

    [Fact]
    public async Task Embedded_refuses_to_create_topics_in_a_recognisable_way()
    {
        await using var server = await StartAsync(Implementation.Embedded, "topic:1");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap(server) }).Build();

        var error = await Assert.ThrowsAnyAsync<KafkaException>(
            () => admin.CreateTopicsAsync([new TopicSpecification { Name = "more", NumPartitions = 1, ReplicationFactor = 1 }]));

        Assert.Equal(ErrorCode.Local_UnsupportedFeature, error.Error.Code);
    }

    [Fact]
    public async Task Embedded_says_which_port_is_taken()
    {
        await using var first = await StartAsync(Implementation.Embedded, "topic:1");

        var second = await Cli.Wrap(DotNetHost.Path).WithArguments(first.Arguments).RunAsync(Cancellation);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"cannot start on port {first.Context.Port}", second.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_that_is_no_kafka_is_refused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Kafka:Home", Path.GetTempPath())]).Build();

        var error = Assert.Throws<ServerSetupException>(() => NativeServers.FindKafka(configuration));

        Assert.Contains("Kafka:Home", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetTempPath(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openjdk version \"17.0.18\" 2026-01-20\nOpenJDK Runtime Environment", 17)]
    [InlineData("openjdk version \"25-ea\" 2026-01-20", 25)]
    [InlineData("java version \"1.8.0_412\"", 8)]
    [InlineData("command not found", 0)]
    public void Reads_javas_release(string words, int major) => Assert.Equal(major, JavaRuntime.MajorOf(words));

    [Theory]
    [InlineData("a:0,b c:2,d,d:1,e:x", new[] { "'a:0'", "'b c:2'", "'d:1'", "'e:x'" })]
    public void Names_every_mistake_in_the_list_of_topics(string list, string[] mistakes)
    {
        var error = Assert.Throws<ServerSetupException>(() => KafkaTopics.Parse(list));

        Assert.All(mistakes, mistake => Assert.Contains(mistake, error.Message, StringComparison.Ordinal));
    }

    private static Task<RunningServer> StartAsync(Implementation implementation, string topics)
    {
        INativeServer server;
        if (implementation == Implementation.Embedded)
        {
            server = new EmbeddedKafkaServer();
        }
        else
        {
            var home = Environment.GetEnvironmentVariable("KAFKA_HOME");
            Assert.SkipWhen(string.IsNullOrEmpty(home), "KAFKA_HOME names no Apache Kafka.");
            server = new ApacheKafkaServer(home!, "KAFKA_HOME");
        }

        return RunningServer.StartAsync(server, context => context with { Topics = KafkaTopics.Parse(topics) });
    }

    private static string Bootstrap(RunningServer server) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Context.Port}");

    private static Dictionary<string, int> ReadTopics(RunningServer server)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap(server) }).Build();
        return admin.GetMetadata(TimeLimit).Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count);
    }

    private static Message<Null, string> Message(string value) => new() { Value = value, Headers = [new Header("header", "value"u8.ToArray())] };

    private static IProducer<Null, string> CreateProducer(RunningServer server) => new ProducerBuilder<Null, string>(new ProducerConfig
    {
        BootstrapServers = Bootstrap(server),
        EnableIdempotence = true,
        Acks = Acks.All,
    }).SetLogHandler((_, _) => { }).Build();

    private static Member Join(RunningServer server, string group, GroupProtocol protocol = GroupProtocol.Classic)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = Bootstrap(server),
            GroupId = group,
            GroupProtocol = protocol,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            FetchWaitMaxMs = 10,
        };
        if (protocol == GroupProtocol.Classic)
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = 6000; // the embedded broker takes that long for a change in a group
        }

        return new Member(new ConsumerBuilder<Ignore, string>(config).SetLogHandler((_, _) => { }).Build());
    }

    private static async Task ProduceAsync(RunningServer server, string topic, params IEnumerable<string> values)
    {
        using var producer = CreateProducer(server);
        foreach (var value in values)
        {
            await producer.ProduceAsync(topic, Message(value), Cancellation);
        }
    }

    private static List<ConsumeResult<Ignore, string>> Consume(IConsumer<Ignore, string> consumer, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeLimit);
        return [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(limit.Token))];
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeLimit);
        while (!condition())
        {
            await Task.Delay(25, limit.Token);
        }
    }

    // Closed before it is disposed: librdkafka frees no client that has a rebalance waiting for its answer.
    private sealed class Member(IConsumer<Ignore, string> consumer) : IDisposable
    {
        public IConsumer<Ignore, string> Consumer => consumer;

        public void Dispose() => Task.Run(() =>
        {
            consumer.Close();
            consumer.Dispose();
        }).Wait(TimeSpan.FromSeconds(30));
    }
}
