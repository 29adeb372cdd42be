# Nothing here.
import os
