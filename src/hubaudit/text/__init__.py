"""What strangers wrote: bytes in, facts out. Nothing here touches the network, a file or a database."""
