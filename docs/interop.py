import sys

from kiwipy.rmq import RmqThreadCommunicator

with RmqThreadCommunicator.connect(connection_params={'url': sys.argv[1]}) as communicator:
    communicator.add_rpc_subscriber(lambda _, message: {'got': message}, 'process.7')
    communicator.add_broadcast_subscriber(lambda _, body, sender, subject, correlation_id: print(subject, sender))

    energy = communicator.task_send({'formula': 'H2O', 'atoms': 3}).result(timeout=30)
    print(energy['value'], energy['unit'])

    print(communicator.rpc_send('laboratory', {'intent': 'play'}).result(timeout=30))
    communicator.broadcast_send(None, sender='process.7', subject='state_changed.running.finished')
