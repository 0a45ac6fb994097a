from accounts.models import Device, DeviceUse


def make(tenant, live_session, guest):
    DeviceUse.objects.create(device=Device.objects.create(), user=guest)
    return []
