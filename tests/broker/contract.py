"""What the product needs of an MQTT broker; the same for Mosquitto and amqtt."""

import abc
import statistics
import time

import pytest

from smartplus.run.broker import SERVICES
from tests.broker.client import Client
from tests.waiting import until

ANNA, BERT = "0C11050000A1", "0C11050000B2"
END = b"the end"


class RunningBroker(abc.ABC):
    """A broker under test with two device accounts, and a way to take one away."""

    port: int
    password: str
    secrets = {ANNA: "secret of anna", BERT: "secret of bert"}

    @abc.abstractmethod
    def disable(self, mac: str) -> None:
        """Take a device's account away."""

    @abc.abstractmethod
    def enable(self, mac: str) -> None:
        """Give it back."""

    def services(self, client_id: str = "services-1") -> Client:
        return Client(self.port, SERVICES, self.password, client_id=client_id)

    def device(self, mac: str, **more: object) -> Client:
        return Client(self.port, mac, self.secrets[mac], **more)  # type: ignore[arg-type]

    def admits(self, mac: str) -> bool:
        """Whether a device gets in with its own secret now."""
        return got_in(self.device(mac))


def got_in(client: Client) -> bool:
    """Whether it did; it leaves again."""
    answer = client.granted
    client.__exit__()
    return answer


class BrokerContract:
    """Subclass it with a fixture `broker`."""

    def test_a_device_gets_in_with_its_secret_only(self, broker: RunningBroker) -> None:
        with broker.device(ANNA):
            pass
        assert not got_in(Client(broker.port, ANNA, "wrong"))
        assert not got_in(Client(broker.port, ANNA, broker.secrets[BERT]))
        assert not got_in(Client(broker.port, "0C11050000FF", "unknown"))
        assert not got_in(Client(broker.port, SERVICES, "wrong"))
        assert not got_in(Client(broker.port, "", "", client_id="nobody"))

    def test_nobody_takes_another_ones_client_id(self, broker: RunningBroker) -> None:
        with broker.device(ANNA) as anna:
            assert not got_in(Client(broker.port, BERT, broker.secrets[BERT], client_id=ANNA))
            assert anna.subscribe(f"sp/1/down/{ANNA}/+")
            with broker.services() as services:
                services.publish(f"sp/1/down/{ANNA}/state", END)
                anna.wait_for(END)

    def test_a_device_writes_below_its_own_name_only(self, broker: RunningBroker) -> None:
        with broker.services() as services, broker.device(ANNA) as anna:
            assert services.subscribe("sp/1/#")
            for topic in (
                f"sp/1/up/{BERT}/status",
                f"sp/1/down/{ANNA}/state",
                "sp/1/up",
                "sp/1/upp/x",
                "other",
            ):
                anna.publish(topic, b"forged")
        with broker.services() as services, broker.device(ANNA) as anna:
            assert services.subscribe("sp/1/#")
            anna.publish(f"sp/1/up/{BERT}/event", b"forged")
            anna.publish(f"sp/1/up/{ANNA}/event", END)
            services.wait_for(END)
            assert services.got == [(f"sp/1/up/{ANNA}/event", END, False)]

    def test_a_device_reads_below_its_own_name_only(self, broker: RunningBroker) -> None:
        foreign = [
            f"sp/1/down/{BERT}/state",
            f"sp/1/down/{BERT}/#",
            "sp/1/down/+/state",
            "sp/1/#",
            "#",
            "+/#",
        ]
        with broker.services() as services, broker.device(ANNA) as anna:
            assert not any([anna.subscribe(topic) for topic in [*foreign, f"sp/1/up/{ANNA}/status"]])
            assert anna.subscribe(f"sp/1/down/{ANNA}/+")
            services.publish(f"sp/1/down/{BERT}/state", b"not for anna")
            services.publish(f"sp/1/up/{BERT}/status", b"not for anna")
            services.publish(f"sp/1/down/{ANNA}/state", END)
            anna.wait_for(END)
            assert anna.bodies() == [END]

    def test_the_last_will_of_a_device_that_falls_silent(self, broker: RunningBroker) -> None:
        topic = f"sp/1/up/{ANNA}/status"
        with broker.services() as services:
            assert services.subscribe("sp/1/up/+/+")
            broker.device(ANNA, will=(topic, b"gone"), will_retain=True).cut()
            services.wait_for(b"gone")
        with broker.services() as services:
            assert services.subscribe("sp/1/up/+/+")
            services.wait_for(b"gone")
            assert services.got == [(topic, b"gone", True)]
            services.publish(topic, b"", retain=True)

    def test_a_last_will_in_a_foreign_name_is_never_read(self, broker: RunningBroker) -> None:
        with broker.services() as services:
            assert services.subscribe("sp/1/#")
            forger = broker.device(ANNA, will=(f"sp/1/up/{BERT}/status", b"forged"))
            if forger.granted:
                forger.cut()
            with broker.device(BERT, will=(f"sp/1/up/{BERT}/status", b"gone")) as bert:
                bert.cut()
            services.wait_for(b"gone")
            assert services.bodies() == [b"gone"]

    def test_retained_is_told_to_who_comes_later(self, broker: RunningBroker) -> None:
        topic = f"sp/1/up/{ANNA}/status"
        with broker.services() as early, broker.device(ANNA) as anna:
            assert early.subscribe("sp/1/up/+/+")
            anna.publish(topic, b"on line", retain=True)
            early.wait_for(b"on line")
        with broker.services() as late:
            assert late.subscribe("sp/1/up/+/+")
            late.wait_for(b"on line")
            assert late.got == [(topic, b"on line", True)]
            late.publish(topic, b"", retain=True)
            late.wait_for(b"")
        with broker.services() as later:
            assert later.subscribe("sp/1/up/+/+")
            later.publish("sp/1/up/x/end", END)
            later.wait_for(END)
            assert later.bodies() == [END]

    def test_nothing_is_kept_for_a_device_that_is_away(self, broker: RunningBroker) -> None:
        with broker.device(ANNA) as anna:
            assert anna.subscribe(f"sp/1/down/{ANNA}/+")
        with broker.services() as services:
            assert services.subscribe("sp/1/#")
            services.publish(f"sp/1/down/{ANNA}/command", b"a late unlock")
            services.wait_for(b"a late unlock")
            with broker.device(ANNA) as anna:
                assert anna.subscribe(f"sp/1/down/{ANNA}/+")
                services.publish(f"sp/1/down/{ANNA}/state", END)
                anna.wait_for(END)
                assert anna.bodies() == [END]

    def test_an_account_taken_away_is_cut_off(self, broker: RunningBroker) -> None:
        with broker.services() as services, broker.device(BERT) as bert:
            assert services.subscribe("sp/1/up/+/+")
            bert.publish(f"sp/1/up/{BERT}/event", b"before")
            services.wait_for(b"before")
            broker.disable(BERT)
            until(lambda: not broker.admits(BERT), message="it still gets in")
            bert.publish(f"sp/1/up/{BERT}/event", b"after")
            with broker.device(ANNA) as anna:
                anna.publish(f"sp/1/up/{ANNA}/event", END)
                services.wait_for(END)
            assert b"after" not in services.bodies()
        broker.enable(BERT)
        until(lambda: broker.admits(BERT), message="it does not get in again")

    def test_every_filter_gets_every_message_while_others_come_and_go(self, broker: RunningBroker) -> None:
        filters = ["sp/1/up/+/+", "sp/1/up/#", f"sp/1/up/{ANNA}/+", "sp/1/+/+/event", "sp/1/#"]
        clients = [broker.services(f"reader-{number}") for number in range(len(filters))]
        for client, topic in zip(clients, filters, strict=True):
            assert client.subscribe(topic)
        with broker.device(ANNA) as anna, broker.services("busy") as busy:
            for number in range(100):
                anna.publish(f"sp/1/up/{ANNA}/event", b"%d" % number)
                busy.paho.subscribe(f"sp/1/up/{number:012d}/+", qos=1)
            wanted = {b"%d" % number for number in range(100)}
            for client, topic in zip(clients, filters, strict=True):
                until(lambda c=client: not wanted.symmetric_difference(c.bodies()), 30, topic)
        for client in clients:
            client.__exit__()


class QuickBrokerContract(BrokerContract):
    """What production's broker must do besides."""

    def test_a_round_trip_is_not_held_back(self, broker: RunningBroker) -> None:
        """Without TCP_NODELAY at both ends each takes 40 or 80 ms."""
        with broker.services() as services, broker.device(ANNA) as anna:
            assert anna.subscribe(f"sp/1/down/{ANNA}/+")
            took = []
            for number in range(30):
                began = time.perf_counter()
                services.publish(f"sp/1/down/{ANNA}/state", b"%d" % number)
                until(lambda n=number: b"%d" % n in anna.bodies(), every=0.0005)
                took.append(time.perf_counter() - began)
            assert statistics.median(took) < 0.02, took

    @pytest.mark.parametrize("topic", ["$CONTROL/dynamic-security/v1", "$SYS/broker/version"])
    def test_a_device_does_not_reach_the_broker_itself(self, broker: RunningBroker, topic: str) -> None:
        with broker.device(ANNA) as anna, broker.services() as services:
            assert not anna.subscribe(f"{topic}/#")
            anna.publish(
                topic, b'{"commands": [{"command": "deleteClient", "username": "%s"}]}' % BERT.encode()
            )
            assert services.subscribe("sp/1/#")
            anna.publish(f"sp/1/up/{ANNA}/event", END)
            services.wait_for(END)
        assert broker.admits(BERT)
