from alb_lint.api import AlbLintError as AlbLintError
from alb_lint.api import Request as Request
from alb_lint.api import Severity as Severity
from alb_lint.api import check as check
from alb_lint.api import diff as diff
from alb_lint.api import load_config as load_config
from alb_lint.api import make_plan as make_plan
from alb_lint.api import read as read
from alb_lint.api import trace as trace

__version__: str
