"""Every error hubaudit raises on purpose, in one tree.

HubauditError                    one line for the user, with what to do next; carries the exit code
├── UsageError            (2)    the call or the configuration is wrong
│   └── UnknownNameError         a rule, licence or query that does not exist, with near names
├── IncompleteError       (3)    something could not be read
│   ├── HubUnreachableError      the network or the Hub did not answer
│   └── RepoNotFoundError        the Hub does not show a repo of that id
├── StoreError            (3)    the store cannot be used
│   ├── StoreLockedError         another process writes to it
│   └── StoreVersionError        a newer hubaudit wrote it
├── CacheError            (3)    the pages on disk cannot be used or written
│   └── CacheLockedError         another process crawls into the same folder
├── InterruptedRunError (130)    Ctrl-C ended a run that the next one goes on with
└── QueryError            (2)    a file in queries/ is wrong; names the file and the line
"""


class HubauditError(Exception):
    """Something the user can understand and act on. Its text is one line; `exit_code` is the process's."""

    exit_code = 3


class UsageError(HubauditError):
    """The call or the configuration is wrong."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A rule, licence or query that does not exist; the text names near ones."""


class IncompleteError(HubauditError):
    """Something that the answer needs could not be read."""


class HubUnreachableError(IncompleteError):
    """The network is down or the Hub did not give a usable answer after all retries."""


class RepoNotFoundError(IncompleteError):
    """The Hub shows no repository of that id: missing, private, or a typing error."""


class StoreError(HubauditError):
    """The store file cannot be used."""


class StoreLockedError(StoreError):
    """Another process is writing to the store; the text names it."""


class StoreVersionError(StoreError):
    """A newer hubaudit wrote this store."""


class CacheError(HubauditError):
    """The pages on disk cannot be used or written; the text says what to do."""


class CacheLockedError(CacheError):
    """Another process crawls into the same folder; the text names it."""


class InterruptedRunError(HubauditError):
    """Ctrl-C ended a run that the next one goes on with."""

    exit_code = 130


class QueryError(HubauditError):
    """A file in queries/ is wrong; the text names the file and the line."""

    exit_code = 2
